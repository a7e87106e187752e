"use client";

import { type DragEvent, useId, useRef, useState } from "react";

interface DropFilesProps {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
}

/** A field for files into which they can be dropped, too; without scripts it is a field for files. */
export function DropFiles({ name, label, hint }: DropFilesProps) {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [isOver, setOver] = useState(false);
  const note = () => setChosen([...(input.current?.files ?? [])].map((file) => file.name));
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    if (input.current === null || event.dataTransfer.files.length === 0) return;
    input.current.files = event.dataTransfer.files;
    note();
  };
  const over = (event: DragEvent) => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <label
      htmlFor={id}
      onDrop={drop}
      onDragOver={over}
      onDragLeave={() => setOver(false)}
      className={`relative flex min-h-32 cursor-pointer flex-col items-center justify-center gap-1 rounded-xl border-2 border-dashed px-4 py-5 text-center focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-action ${isOver ? "border-action bg-brand-soft" : "border-soft/50 bg-sunken"}`}
    >
      <span className="font-medium">{label}</span>
      <span id={`${id}-hint`} className="text-sm text-soft">
        {hint}
      </span>
      <span role="status" className="text-sm font-medium break-all text-brand-ink empty:hidden">
        {chosen.join(", ")}
      </span>
      <input
        ref={input}
        id={id}
        type="file"
        name={name}
        multiple
        onChange={note}
        aria-describedby={`${id}-hint`}
        className="absolute inset-0 cursor-pointer opacity-0"
      />
    </label>
  );
}
