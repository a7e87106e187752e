/** The last net, as light as it can be, since every page carries it. Both languages: what failed may have been the choice. */
export const BrokenPage = () => (
  <main className="grid min-h-dvh place-items-center p-8 text-center">
    <div>
      <h1 className="text-xl font-semibold">页面出了点问题 · Something went wrong</h1>
      <p className="mt-2 text-soft">订单和付款不受影响。Your order and payment are safe.</p>
      <a className="mt-4 inline-block p-4 underline" href="?">
        重试 · Try again
      </a>
    </div>
  </main>
);
