import type { ProcessFigures } from "#lib/storage/operations/process-figures.ts";

// Prometheus text (exposition format 0.0.4): families apart by an empty line, each with its HELP, its TYPE and its samples.

interface Family {
  readonly name: string;
  readonly type: string;
  readonly head: readonly string[];
  readonly samples: readonly string[];
}

function familiesOf(text: string): Family[] {
  return text.split(/\n{2,}/).flatMap((block) => {
    const lines = block.split("\n").filter((line) => line !== "");
    const [, name, type] = lines.map((line) => /^# TYPE (\S+) (\S+)/.exec(line)).find((found) => found !== null) ?? [];
    if (name === undefined || type === undefined) return [];
    return [
      {
        name,
        type,
        head: lines.filter((line) => line.startsWith("#")),
        samples: lines.filter((line) => !line.startsWith("#")),
      },
    ];
  });
}

const textOf = (families: readonly Family[]): string =>
  `${families.map(({ head, samples }) => [...head, ...samples].join("\n")).join("\n\n")}\n`;

/** Of what Node and the process tell of themselves: what one looks at when something is slow or grows. */
const OF_NODE = new Set([
  ...["process_cpu_seconds_total", "process_start_time_seconds", "process_resident_memory_bytes"],
  ...["process_open_fds", "process_max_fds", "nodejs_heap_size_used_bytes"],
  "nodejs_eventloop_lag_p99_seconds",
]);

/** What is shown of a process. */
export const ownFigures = (text: string): string =>
  textOf(familiesOf(text).filter(({ name }) => OF_NODE.has(name) || name.startsWith("lingfu_")));

/** Puts the samples of processes into the families they belong to, each with the name of its process as a label. */
export function mergeFigures(shared: string, processes: readonly ProcessFigures[]): string {
  const families = new Map(familiesOf(shared).map((family) => [family.name, family]));
  for (const { process, figures } of processes) {
    for (const { samples, ...family } of familiesOf(figures)) {
      const known = families.get(family.name) ?? { ...family, samples: [] };
      const labelled = samples.map((sample) => withLabel(sample, process));
      families.set(family.name, { ...known, samples: [...known.samples, ...labelled] });
    }
  }
  return textOf([...families.values()]);
}

function withLabel(sample: string, process: string): string {
  const label = `process="${process.replace(/[\\"\n]/g, "_")}"`;
  const [, name = "", rest = ""] = /^([A-Za-z_:][\w:]*)(.*)$/s.exec(sample) ?? [];
  return rest.startsWith("{") ? `${name}{${label},${rest.slice(1)}` : `${name}{${label}}${rest}`;
}
