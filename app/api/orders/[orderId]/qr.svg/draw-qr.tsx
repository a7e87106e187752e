import { QRCodeSVG } from "qrcode.react";

const QUIET_MODULES = 4;

/** The code alone, dark on white in every colour scheme, with the quiet ground that scanners need. */
export async function drawQr(codeUrl: string): Promise<string> {
  // Next refuses a plain import of the renderer here, though a route may well use it.
  const { renderToStaticMarkup } = await import("react-dom/server");
  const svg = renderToStaticMarkup(
    <QRCodeSVG value={codeUrl} level="M" marginSize={QUIET_MODULES} size={240} title="微信支付二维码" />,
  );
  return svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ');
}
