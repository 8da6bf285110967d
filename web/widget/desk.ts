import type { Product, ShopWindow, Visitor } from "./contract.ts";
import { desk, language, said, shop } from "./page.ts";

/** What the desk says when it does not do what was asked. */
export interface Declined {
  status: number;
  message: string;
}

/** Rejects with `Declined`, or with the browser's error where the desk was not reached. */
export async function ask<Answer>(
  path: string,
  body?: BodyInit,
  headers?: Record<string, string>,
): Promise<Answer> {
  const reply = await fetch(`${desk}/api/${path}`, {
    headers: { "Accept-Language": language, ...headers },
    ...(body && { method: "POST", body }),
  });
  const answer = await reply.json();
  return reply.ok ? answer : Promise.reject<Answer>({ status: reply.status, message: answer.message });
}

export const shopWindow = () => ask<ShopWindow>(`widget/${shop}`);

export const product = (id: number) => ask<Product>(`widget/${shop}/products/${id}`);

/** Who the desk takes this browser for. */
export function visitor(token: string | undefined): Promise<Visitor> {
  const { customer, signature, name } = said;
  const claim = JSON.stringify({ shop, token, customer, signature, name });
  return ask("visitor", claim, { "Content-Type": "application/json" });
}

export const pictureAddress = (id: string) => `${desk}/pictures/${id}`;
