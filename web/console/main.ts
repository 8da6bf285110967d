import { createPinia } from "pinia";
import { createApp } from "vue";
import "@/kit/tokens.css";
import "@/kit/base.css";
import { startPainting } from "@/kit/theme";
import { language, speak } from "@/kit/words";
import { startWorker } from "@/kit/worker";
import App from "./App.vue";
import { router } from "./router";

startPainting();
speak(language.value);
startWorker(router);
createApp(App).use(createPinia()).use(router).mount("#app");
