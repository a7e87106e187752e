/**
 * A web stream as bytes, or null as soon as it is longer than `bytesMax`; the rest is then not read.
 * @param declared the Content-Length header, which spares reading what is too long by its own word
 */
export async function readStream(
  body: ReadableStream<Uint8Array> | null,
  { bytesMax, declared }: { bytesMax: number; declared: string | null },
): Promise<Uint8Array | null> {
  if (body === null) return new Uint8Array(0);
  if (Number(declared) > bytesMax) {
    await body.cancel();
    return null;
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return joined(chunks, length);
    length += value.length;
    if (length > bytesMax) {
      await reader.cancel();
      return null;
    }
    chunks.push(value);
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
