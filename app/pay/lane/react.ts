import { type Attributes, Component, createContext, createElement, Fragment, options, type VNode } from "preact";
import {
  useCallback,
  useContext,
  useDebugValue,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from "preact/hooks";

// React as far as the pay page's scripts and SWR ask for it: preact/compat brings three times as much.

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

/** A value that lives outside: read while drawing, and again whenever it says that it has changed. */
function useSyncExternalStore<Value>(subscribe: (onChange: () => void) => () => void, read: () => Value): Value {
  const value = read();
  const drawn = useRef({ value, read });
  const [, drawAgain] = useReducer((times: number) => times + 1, 0);
  useLayoutEffect(() => {
    drawn.current = { value, read };
  });
  useEffect(() => {
    const look = () => {
      if (!Object.is(drawn.current.value, drawn.current.read())) drawAgain(0);
    };
    // It may have changed since it was drawn.
    look();
    return subscribe(look);
  }, [subscribe]);
  return value;
}

const startTransition = (change: () => void): void => change();

export {
  Component,
  createContext,
  createElement,
  Fragment,
  startTransition,
  useCallback,
  useContext,
  useDebugValue,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
};

export default {
  createContext,
  createElement,
  startTransition,
  useCallback,
  useContext,
  useDebugValue,
  useEffect,
  useId,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
};
