import type { PayText } from "#lib/texts/pay.ts";

interface QrCardProps {
  /** The code as lines through its dark modules; null while WeChat has not answered yet: then the picture is fetched by itself. */
  readonly code: { readonly size: number; readonly path: string } | null;
  readonly imageUrl: string;
  readonly amount: string;
  readonly text: PayText;
}

/** The code on its own white ground, with its quiet zone, dark on light in every colour scheme. */
export function QrCard({ code, imageUrl, amount, text }: QrCardProps) {
  const title = text.qrTitle.replace("{amount}", amount);
  return (
    <div className="flex w-full flex-col items-center">
      <p className="text-center font-medium">{text.scanTitle}</p>
      <div className="pay-code relative mt-4 w-full p-3">
        <Corners />
        <div className="motion-appear aspect-square w-full overflow-hidden rounded-xl bg-white" data-testid="qr">
          {code === null ? (
            <img src={imageUrl} alt={title} width={240} height={240} className="size-full" />
          ) : (
            <svg viewBox={`0 0 ${code.size} ${code.size}`} width={240} height={240} role="img" className="size-full">
              <title>{title}</title>
              <path fill="#fff" d={`M0 0h${code.size}v${code.size}H0z`} />
              <path stroke="#0b1510" shapeRendering="crispEdges" d={code.path} />
            </svg>
          )}
        </div>
      </div>
    </div>
  );
}

const Corners = () => (
  <svg
    viewBox="0 0 264 264"
    width={264}
    height={264}
    fill="none"
    className="absolute inset-0 size-full"
    aria-hidden="true"
  >
    <title>□</title>
    <path
      d="M2 34V18A16 16 0 0 1 18 2h16M230 2h16a16 16 0 0 1 16 16v16M262 230v16a16 16 0 0 1-16 16h-16M34 262H18a16 16 0 0 1-16-16v-16"
      className="stroke-brand"
      strokeWidth="4"
      strokeLinecap="round"
    />
  </svg>
);
