import { readdirSync, readFileSync, readlinkSync } from "node:fs";

// How many connections of a port each process has. Linux only.

const ESTABLISHED = "01";

/** @param text of `/proc/net/tcp` or `tcp6`. @returns the inodes of open connections whose own end is at the port */
export function parseConnections(text: string, port: number): string[] {
  return text.split("\n").flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    return state === ESTABLISHED && Number.parseInt(local.split(":")[1] ?? "", 16) === port ? [inode] : [];
  });
}

export function countConnections(pid: number, port: number): number {
  const ofPort = new Set(
    ["tcp", "tcp6"].flatMap((name) => parseConnections(readFileSync(`/proc/net/${name}`, "utf8"), port)),
  );
  return readdirSync(`/proc/${pid}/fd`).filter((fd) => {
    try {
      return ofPort.has(/^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? "");
    } catch {
      return false; // Closed while we looked.
    }
  }).length;
}
