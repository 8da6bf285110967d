/** Pictures are made smaller where they are taken, so that they arrive in a second on any line. */

export const LONGEST = 1_600;
const SMALL_BYTES = 300_000;

/** The size to draw at: nothing grows, the longer side is at most `LONGEST`. */
export function shrunkSize(width: number, height: number): { width: number; height: number } {
  const scale = Math.min(1, LONGEST / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** The picture to upload; rejects with a TypeError when the file is none that the browser can show. */
export async function shrunk(file: Blob): Promise<Blob> {
  const bitmap = await createImageBitmap(file).catch(() => {
    throw new TypeError("not a picture");
  });
  const { width, height } = shrunkSize(bitmap.width, bitmap.height);
  // Moving pictures and small ones go as they are: drawing would stop the first and gain nothing on the second.
  if (file.type === "image/gif" || (width === bitmap.width && file.size <= SMALL_BYTES)) return file;
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext("2d")?.drawImage(bitmap, 0, 0, width, height);
  bitmap.close();
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}
