/**
 * The REST doors as types: which method an address takes, what goes in and what comes back.
 *
 * An address is written out (`/api/accounts/${id}`); the generated template it fits names its types, so that a
 * door that moves or answers something else breaks the build and not the page.
 */
import type { paths } from "./types";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

type Filled<Template extends string> = Template extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string | number}${Filled<After>}`
  : Template;

type Operation<P extends keyof paths, M extends Method> = NonNullable<paths[P][Lowercase<M>]>;

type Taking<M extends Method> = {
  [P in keyof paths]: [Operation<P, M>] extends [never] ? never : P;
}[keyof paths];

/** Every address that takes this method; what follows a question mark is the door's own matter. */
export type Address<M extends Method> = Filled<Taking<M>> | `${Filled<Taking<M>>}?${string}`;

type Bare<A extends string> = A extends `${infer Before}?${string}` ? Before : A;

type TemplateOf<M extends Method, A extends string> = {
  [P in Taking<M>]: Bare<A> extends Filled<P> ? P : never;
}[Taking<M>];

type Json<Content> = Content extends { readonly content: { readonly "application/json": infer Shape } }
  ? Shape
  : undefined;

type Replies<Op> = Op extends { readonly responses: infer Statuses } ? Statuses : never;
type Done<Statuses> = Statuses[Extract<keyof Statuses, 200 | 201 | 202 | 204>];

/** What a door answers when it did what was asked. */
export type Reply<M extends Method, A extends string> = Json<Done<Replies<Operation<TemplateOf<M, A>, M>>>>;

type Asked<Op> = Op extends { readonly requestBody: { readonly content: infer Content } }
  ? Content extends { readonly "application/json": infer Shape }
    ? Shape
    : FormData
  : undefined;

/** What a door takes. */
export type Ask<M extends Method, A extends string> = Asked<Operation<TemplateOf<M, A>, M>>;
