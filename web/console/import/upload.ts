import type { Upload } from "@/contract/rest";
import { Refusal } from "@/kit/ask";
import { locale } from "@/kit/words";

/** Send a file as it is; `onPart` hears of the share that is there, 0 to 1. Throws `Refusal`. */
export function upload(file: File, onPart: (share: number) => void, stop: AbortSignal): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells nothing of how far a request's body is
    request.open("POST", `/api/imports/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("X-Golden-Six", "1");
    request.setRequestHeader("Accept-Language", locale());
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.responseType = "json";
    request.upload.onprogress = (event) => onPart(event.loaded / Math.max(event.total, 1));
    request.onload = () => {
      if (request.status === 201) resolve(request.response as Upload);
      else reject(new Refusal(request.status, request.response?.code ?? "", request.response?.message ?? ""));
    };
    request.onerror = () => reject(new Refusal(0, "unreachable", ""));
    stop.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}
