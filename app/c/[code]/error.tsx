"use client";

export { BrokenPage as default } from "#components/pay/broken-page.tsx";
