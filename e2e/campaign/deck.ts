import type { Seeded } from "../support/crash/seeded.ts";

/** A seed's cards, dealt until all have come; then they are shuffled anew. So even a small crowd meets every kind. */
export class Deck<Card> {
  readonly #seeded: Seeded;
  readonly #cards: readonly Card[];
  #left: Card[] = [];

  constructor(seeded: Seeded, cards: readonly Card[]) {
    this.#seeded = seeded;
    this.#cards = cards;
  }

  deal(): Card {
    if (this.#left.length === 0) this.#left = this.#seeded.shuffled(this.#cards);
    const card = this.#left.pop();
    if (card === undefined) throw new Error("a deck without cards");
    return card;
  }
}
