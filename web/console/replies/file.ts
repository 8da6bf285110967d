import type { RepliesLook } from "@/contract/rest";
import { refusalOf } from "@/kit/ask";
import { locale } from "@/kit/words";

/** A file of replies to be looked at, or kept. Throws `Refusal`. */
export async function sendFile(file: File, own: boolean, keep: boolean): Promise<RepliesLook> {
  const headers = {
    "X-Golden-Six": "1",
    "Accept-Language": locale(),
    "Content-Type": "application/octet-stream",
  };
  const reply = await fetch(`/api/replies/file?own=${own}&keep=${keep}`, {
    method: "POST",
    headers,
    body: file,
  });
  if (!reply.ok) throw await refusalOf(reply);
  return reply.json();
}
