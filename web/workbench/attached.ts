/** Pictures that stand in the composer and go with the next message; each conversation has its own. */
import { shallowReactive, shallowRef } from "vue";
import { t } from "./say";
import { shrunk } from "./shrink";

export class Attached {
  private readonly pictures = shallowReactive(new Map<string, readonly Blob[]>());
  /** What was dropped and is no picture, in words. */
  readonly refused = shallowRef("");

  of(c: string): readonly Blob[] {
    return this.pictures.get(c) ?? [];
  }

  async add(c: string, files: Iterable<File>): Promise<void> {
    this.refused.value = "";
    for (const file of files) {
      try {
        this.pictures.set(c, [...this.of(c), await shrunk(file)]);
      } catch {
        this.refused.value = t("notAPicture", { name: file.name });
      }
    }
  }

  remove(c: string, at: number): void {
    this.pictures.set(c, this.of(c).toSpliced(at, 1));
  }

  /** Hand them over to be sent. */
  take(c: string): readonly Blob[] {
    const taken = this.of(c);
    this.pictures.delete(c);
    return taken;
  }
}
