/** Fresh data for a page that stays open. @throws when there is no answer, or none with data in it */
export async function fetchJson<Data>(address: string, signal?: AbortSignal): Promise<Data> {
  const answer = await fetch(address, { cache: "no-store", ...(signal && { signal }) });
  if (!answer.ok) throw new Error(`no data: ${answer.status}`);
  return answer.json();
}
