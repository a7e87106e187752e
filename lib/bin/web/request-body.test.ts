import type { IncomingMessage } from "node:http";
import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { readBytes } from "./request-body.ts";

const arriving = (headers: Record<string, string> = {}) => {
  const stream = Object.assign(new PassThrough(), { headers });
  return { stream, incoming: stream as unknown as IncomingMessage };
};

test("many bodies that are slow to come hold no more than so much together, and room comes back", async () => {
  const [one, other, late] = [arriving(), arriving(), arriving()];
  const first = readBytes(one.incoming, 1_000, 1_500);
  const second = readBytes(other.incoming, 1_000, 1_500);
  one.stream.write(Buffer.alloc(900));
  await expect.poll(() => one.stream.readableLength).toBe(0);
  other.stream.write(Buffer.alloc(900));
  await expect(second).rejects.toMatchObject({ code: "unavailable", retryAfterS: 2 });
  one.stream.end();
  expect((await first)?.length).toBe(900);
  const third = readBytes(late.incoming, 1_000, 1_500);
  late.stream.end(Buffer.alloc(1_000));
  expect((await third)?.length).toBe(1_000);
});

test("one that ends before it is complete, or is too long, holds nothing afterwards", async () => {
  for (let each = 0; each < 5; each++) {
    const [cut, long] = [arriving(), arriving()];
    const reading = readBytes(cut.incoming, 1_000, 1_500);
    cut.stream.write(Buffer.alloc(800));
    await expect.poll(() => cut.stream.readableLength).toBe(0);
    cut.stream.destroy();
    await expect(reading).rejects.toMatchObject({ code: "invalid_request" });
    const tooLong = readBytes(long.incoming, 1_000, 1_500);
    long.stream.end(Buffer.alloc(1_100));
    expect(await tooLong).toBeNull();
  }
  expect(await readBytes(arriving({ "content-length": "1001" }).incoming, 1_000)).toBeNull();
});
