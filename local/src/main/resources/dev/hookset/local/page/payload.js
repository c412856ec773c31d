// What came as the body of a delivery.

/** Returns the bytes of a delivery's body. */
export async function bodyOf(number) {
  const response = await fetch(`/api/deliveries/${number}/body`);
  if (!response.ok) {
    throw new Error('it is not kept any more.');
  }
  return new Uint8Array(await response.arrayBuffer());
}

/** Returns bytes as text, a byte-order mark included; null if they are none in UTF-8. */
export function decoded(came) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(came);
  } catch {
    return null;
  }
}

/** Returns bytes, or a file, in base64, made by the browser beside what it does for us. */
export function base64(came) {
  return new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(',') + 1));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(new Blob([came]));
  });
}
