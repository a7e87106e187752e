// The payment method in the checkout made of blocks. What happens after the button is process_payment of the plug-in.
(() => {
  const { registerPaymentMethod } = window.wc.wcBlocksRegistry;
  const { getSetting } = window.wc.wcSettings;
  const { createElement } = window.wp.element;
  const { decodeEntities } = window.wp.htmlEntities;
  const data = getSetting("lingfu_data", {});
  const title = decodeEntities(data.title || "WeChat Pay");
  const content = createElement("div", null, decodeEntities(data.description || ""));
  registerPaymentMethod({
    name: "lingfu",
    label: createElement("span", null, title),
    ariaLabel: title,
    content,
    edit: content,
    canMakePayment: () => true,
    supports: { features: data.supports || ["products"] },
  });
})();
