const QUIET_MODULES = 4;

/**
 * The code alone, dark on white in every colour scheme, with the quiet ground that scanners need. React is taken as it
 * lies in node_modules: in a route Next puts its server-component React in its place, which cannot render hooks.
 */
export async function drawQr(codeUrl: string): Promise<string> {
  const [{ createElement }, { renderToStaticMarkup }, { QRCodeSVG }] = await Promise.all([
    import(/* turbopackIgnore: true */ "react"),
    import(/* turbopackIgnore: true */ "react-dom/server"),
    import(/* turbopackIgnore: true */ "qrcode.react"),
  ]);
  const code = { value: codeUrl, level: "M", marginSize: QUIET_MODULES, size: 240, title: "微信支付二维码" } as const;
  return renderToStaticMarkup(createElement(QRCodeSVG, code)).replace(
    "<svg ",
    '<svg xmlns="http://www.w3.org/2000/svg" ',
  );
}
