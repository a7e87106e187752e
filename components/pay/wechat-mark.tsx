/** By what one pays: WeChat Pay's name on its green. Its logo is WeChat's own, so it is not drawn here. */
export const WechatMark = ({ children }: { children: string }) => (
  <p className="flex items-center justify-center gap-1.5 text-xs text-soft">
    <svg viewBox="0 0 16 16" width={16} height={16} className="size-4 shrink-0" aria-hidden="true">
      <title>✓</title>
      <rect width="16" height="16" rx="4.5" className="fill-brand" />
      <path
        d="m4.5 8.3 2.4 2.4 4.6-5"
        className="fill-none stroke-white"
        strokeWidth="1.8"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
    {children}
  </p>
);
