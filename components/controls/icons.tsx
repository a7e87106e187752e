/** The small pictures inside controls; what they say is said in words next to them. */
const picture = (path: string) =>
  function Picture() {
    return (
      <svg
        viewBox="0 0 20 20"
        className="size-5 shrink-0"
        aria-hidden="true"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.75"
        strokeLinecap="round"
        strokeLinejoin="round"
      >
        <path d={path} />
      </svg>
    );
  };

export const Cross = picture("m5 5 10 10M15 5 5 15");
export const Tick = picture("m4 10.5 4 4 8-9");
export const Chevron = picture("m5.5 8 4.5 4.5L14.5 8");
export const Copy = picture(
  "M7 7V4.5A1.5 1.5 0 0 1 8.5 3h7A1.5 1.5 0 0 1 17 4.5v7a1.5 1.5 0 0 1-1.5 1.5H13M4.5 7h7A1.5 1.5 0 0 1 13 8.5v7a1.5 1.5 0 0 1-1.5 1.5h-7A1.5 1.5 0 0 1 3 15.5v-7A1.5 1.5 0 0 1 4.5 7z",
);
export const Calendar = picture("M4 5.5h12v11H4zM4 9h12M7 3.5v3.5M13 3.5v3.5");
export const Question = picture("M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 9v4.5M10 6.5v.1");
