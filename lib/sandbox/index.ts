// The front door: everything that may be imported from outside this folder.

export { type CertificateSubject, type DistinguishedName, makeCertificate } from "./certificate.ts";
export type { WallClock } from "./clock.ts";
export { makePlatformCertificate, type PlatformCertificate } from "./keys.ts";
export { runSandbox } from "./run.ts";
export { type Sandbox, type SandboxOptions, startSandbox } from "./server.ts";
