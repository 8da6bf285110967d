import type { Picture } from "./contract.ts";
import type { ask as Asks } from "./desk.ts";

type Ask = typeof Asks;
const LONGEST_SIDE = 1600;

/** A picture as the desk should get it: upright, at most 1600 px a side. Rejects what the browser cannot read. */
export async function shrink(file: Blob): Promise<{ data: string; width: number; height: number }> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST_SIDE / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  const width = Math.ceil(bitmap.width * scale);
  const height = Math.ceil(bitmap.height * scale);
  Object.assign(canvas, { width, height });
  const brush = canvas.getContext("2d") as CanvasRenderingContext2D;
  // JPEG knows no transparency: without a ground it turns black.
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, width, height);
  brush.drawImage(bitmap, 0, 0, width, height);
  return { data: canvas.toDataURL("image/jpeg", 0.85), width, height };
}

/** Uploads a picture, a data URL. */
export function upload(ask: Ask, token: string, data: string): Promise<Picture> {
  // Not fetch(data): a shop's content policy may forbid it.
  const bytes = Uint8Array.from(atob(data.slice(data.indexOf(",") + 1)), (char) => char.charCodeAt(0));
  const body = new FormData();
  // A blob without a name comes as "blob": the desk names pictures itself.
  body.append("file", new Blob([bytes], { type: "image/jpeg" }));
  return ask("visitor/pictures", body, { Authorization: `Bearer ${token}` });
}
