import { createContext, createElement, Fragment } from "preact";
import {
  useCallback,
  useContext,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
} from "preact/hooks";

// React as far as the pay page's scripts and SWR ask for it: preact/compat brings three times as much.

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

/** For the tools of developers. */
const useDebugValue = (): void => {};
/** SWR only asks whether there is one. */
const useId = (): string => "";

export {
  createContext,
  createElement,
  Fragment,
  useCallback,
  useContext,
  useDebugValue,
  useEffect,
  useLayoutEffect,
  useMemo,
  useReducer,
  useRef,
  useState,
  useSyncExternalStore,
};

export default { useId };
