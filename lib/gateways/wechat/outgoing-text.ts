// Free text that leaves for WeChat. Its validators count bytes of UTF-8, not characters, and characters of four bytes (emoji, rare
// ideographs) are outside what it documents for these fields. The order and the refund keep their full text.
// Source: wechatpay.md §6.1, §6.5, §11; the real service answers 69 characters of 135 bytes with PARAM_ERROR.

import { WECHAT_DESCRIPTION_BYTES_MAX, WECHAT_GOODS_TAG_BYTES_MAX, WECHAT_REASON_BYTES_MAX } from "#lib/base/limits.ts";
import { orderText } from "#lib/texts/order.ts";

/** Sent if no character of a description can be sent; WeChat requires a description. */
const DESCRIPTION_FALLBACK = orderText.description;

/** The description that the shopper reads in WeChat; never empty. */
export const descriptionForWeChat = (description: string): string =>
  cutToBytes(sendable(description), WECHAT_DESCRIPTION_BYTES_MAX) || DESCRIPTION_FALLBACK;

/** The reason of a refund, for the shopper. @returns "" if there is nothing to send; the field is then left out */
export const reasonForWeChat = (reason: string | null): string =>
  cutToBytes(sendable(reason ?? ""), WECHAT_REASON_BYTES_MAX);

/**
 * The marker by which WeChat finds vouchers. A part of it is another marker, so it is sent whole or not at all: an order without
 * its vouchers can be paid, one that WeChat refuses cannot.
 * @returns "" when there is nothing to send
 */
export function goodsTagForWeChat(tag: string | null | undefined): string {
  if (tag == null || tag !== sendable(tag)) return "";
  return Buffer.byteLength(tag) <= WECHAT_GOODS_TAG_BYTES_MAX ? tag : "";
}

/** Characters that are not allowed in JSON or XML 1.0 text. */
const UNPRINTABLE = /[\p{Cc}\ufffe\uffff]+/gu;
/** Emoji of four bytes, with their joiners and colour modifiers. */
const PICTURES = /[\u200d\ufe0f]*(?:[[\u{10000}-\u{10ffff}]--\p{L}][\u200d\ufe0f]*)+/gv;
/** Letters of four bytes: rare ideographs in names. */
const RARE_LETTERS = /[\u{10000}-\u{10ffff}]/gu;

/** Deterministic: a number may be sent again only with the same values. */
function sendable(text: string): string {
  const printable = text.toWellFormed().replaceAll(UNPRINTABLE, " ");
  return printable.replaceAll(PICTURES, " ").replaceAll(RARE_LETTERS, "?").replaceAll(/ {2,}/g, " ").trim();
}

const CHARACTERS = new Intl.Segmenter("und", { granularity: "grapheme" });

/** The longest prefix within the limit that ends between two graphemes. */
function cutToBytes(text: string, bytesMax: number): string {
  if (Buffer.byteLength(text) <= bytesMax) return text;
  const cut = beginning(
    Array.from(CHARACTERS.segment(text), ({ segment }) => segment),
    bytesMax,
  );
  // A single grapheme that is longer than the limit.
  return (cut === "" ? beginning([...text], bytesMax) : cut).trim();
}

function beginning(pieces: readonly string[], bytesMax: number): string {
  let bytes = 0;
  const end = pieces.findIndex((piece) => {
    bytes += Buffer.byteLength(piece);
    return bytes > bytesMax;
  });
  return pieces.slice(0, end < 0 ? undefined : end).join("");
}
