import { type Attributes, options, type VNode } from "preact";

const isDashed = /^(?:stroke|fill|stop)[A-Z]/;

/** React writes attributes of drawings in camel case; browsers do not read them so. */
function withDashes(vnode: VNode<Attributes & Record<string, unknown>>): void {
  if (typeof vnode.type !== "string") return;
  const { props } = vnode;
  for (const name in props) {
    if (!isDashed.test(name)) continue;
    props[name.replace(/[A-Z]/, (letter) => `-${letter.toLowerCase()}`)] = props[name];
    delete props[name];
  }
}

const before = options.vnode;
options.vnode = (vnode) => {
  withDashes(vnode as VNode<Attributes & Record<string, unknown>>);
  before?.(vnode);
};
