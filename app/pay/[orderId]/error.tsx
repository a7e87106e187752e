"use client";

import { Trouble } from "#components/pay/panels.tsx";
import { PlainPage } from "#components/pay/plain-page.tsx";

/** The last net under the pay page. It speaks both languages: what failed may have been finding out which. */
export default function PayError() {
  return (
    <PlainPage language="zh-CN">
      <Trouble
        title="页面出了点问题"
        hint="订单和付款不受影响，请重试。 Something went wrong; your order is safe. Please try again."
        retry={{ label: "重试 Try again", href: "" }}
      />
    </PlainPage>
  );
}
