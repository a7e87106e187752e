// Everything that may be imported from outside this folder.

export type { WallClock } from "./clock.ts";
export { type CertificateSubject, type DistinguishedName, makeCertificate } from "./keys/certificate.ts";
export { makePlatformCertificate, type SandboxCertificate } from "./keys/key-ring.ts";
export { runSandbox } from "./run.ts";
export { type Sandbox, type SandboxOptions, startSandbox } from "./server.ts";
