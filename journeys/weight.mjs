// What a page weighs the first time it is opened: everything it asks for, as it comes over the network.

/** Watches the pages of a visitor, who keeps nothing from one page to the next. */
export async function scales(visitor) {
  const session = await visitor.context.newCDPSession(visitor.page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  let asked = new Map();
  session.on("Network.requestWillBeSent", ({ requestId, type, redirectResponse }) => {
    if (type === "Document" && !redirectResponse) asked = new Map();
    asked.set(requestId, 0);
  });
  session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    if (asked.has(requestId)) asked.set(requestId, encodedDataLength);
  });
  return () => ({ requests: asked.size, bytes: [...asked.values()].reduce((sum, bytes) => sum + bytes, 0) });
}
