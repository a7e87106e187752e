import type { components, operations, webhooks } from "./api.generated.ts";

type Schemas = components["schemas"];

export type Order = Schemas["Order"];
export type Refund = Schemas["Refund"];
export type Promotion = Schemas["Promotion"];
export type Quote = Schemas["Quote"];
export type CollectionCode = Schemas["CollectionCode"];
export type WebhookEndpoint = Schemas["WebhookEndpoint"];
export type DailyReport = Schemas["DailyReport"];
export type Event = Schemas["Event"];
export type WebhookDelivery = Schemas["WebhookDelivery"];

/** The calls of the API, by their names in the OpenAPI document. */
export type OperationId = Exclude<keyof operations, `on.${string}`>;

type JsonOf<Response> = Response extends { content: { "application/json": infer Body } } ? Body : never;
type Responses<Id extends OperationId> = operations[Id]["responses"];

/** What a call sends. */
export type BodyOf<Id extends OperationId> = operations[Id] extends {
  requestBody?: { content: { "application/json": infer Body } };
}
  ? Body
  : never;

/** What a call answers. */
export type AnswerOf<Id extends OperationId> = {
  [Status in keyof Responses<Id>]: JsonOf<Responses<Id>[Status]>;
}[keyof Responses<Id>];

type SentQuery<Id extends OperationId> = NonNullable<operations[Id]["parameters"]["query"]>;

/** What a list is asked for. */
export type QueryOf<Id extends OperationId> = {
  readonly [Name in keyof SentQuery<Id>]?:
    | (Name extends "limit" ? number : Name extends `${string}${"From" | "To"}` ? string | Date : SentQuery<Id>[Name])
    | undefined;
};

export interface Page<Item> {
  readonly data: readonly Item[];
  readonly nextCursor: string | null;
}

export type WebhookEventType = keyof webhooks;

/** What an endpoint receives, with the id that is the same for every try. */
export type WebhookEvent = {
  [Type in WebhookEventType]: { readonly id: string } & NonNullable<
    webhooks[Type]["post"]["requestBody"]
  >["content"]["application/json"];
}[WebhookEventType];
