// Reads payment codes with the camera: by the browser's own detector where there is one, else by ZXing.

export type CameraTrouble = "refused" | "insecure" | "absent" | "busy" | "unreadable";

const LOOK_EVERY_MS = 120;
/** What WeChat shows under 收付款: a barcode, and the same as a QR code. */
const FORMATS = ["code_128", "qr_code"] as const;

interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly { readonly rawValue: string }[]>;
}
interface DetectorClass {
  new (options: { formats: string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

export interface Camera {
  /** Null where it has none. */
  readonly torch: ((on: boolean) => void) | null;
  stop(): void;
}

/** @throws CameraFailure with what is wrong */
export async function openCamera(video: HTMLVideoElement): Promise<Camera> {
  if (!window.isSecureContext) throw new CameraFailure("insecure");
  if (navigator.mediaDevices?.getUserMedia === undefined) throw new CameraFailure("absent");
  const stream = await navigator.mediaDevices
    .getUserMedia({ video: { facingMode: "environment", width: { ideal: 1_280 }, height: { ideal: 720 } } })
    .catch((cause: DOMException) => {
      throw new CameraFailure(TROUBLES[cause.name] ?? "busy");
    });
  video.srcObject = stream;
  await video.play().catch(() => {});
  const [track] = stream.getVideoTracks();
  const abilities = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  return {
    torch:
      abilities?.torch === true
        ? (on) => void track?.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] }).catch(() => {})
        : null,
    stop() {
      for (const each of stream.getTracks()) each.stop();
      video.srcObject = null;
    },
  };
}

export class CameraFailure extends Error {
  readonly trouble: CameraTrouble;
  constructor(trouble: CameraTrouble) {
    super(`no camera: ${trouble}`);
    this.trouble = trouble;
  }
}

const TROUBLES: Readonly<Record<string, CameraTrouble>> = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "absent",
  OverconstrainedError: "absent",
  NotReadableError: "busy",
  AbortError: "busy",
};

/** Calls back with each text that the camera sees, until it is ended. @returns ends it */
export function watchCodes(video: HTMLVideoElement, detector: Detector, onText: (text: string) => void): () => void {
  let isOver = false;
  const look = async () => {
    if (isOver) return;
    // A frame that cannot be read is followed by the next.
    const found =
      video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA ? await detector.detect(video).catch(() => []) : [];
    for (const { rawValue } of found) if (!isOver) onText(rawValue);
    setTimeout(look, LOOK_EVERY_MS);
  };
  void look();
  return () => {
    isOver = true;
  };
}

/** Loaded when somebody scans: ZXing is a megabyte that nobody else needs. */
export async function openDetector(): Promise<Detector> {
  const native = (window as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
  // Phones without Google's services have the class, and no format.
  const formats = (await native?.getSupportedFormats().catch(() => [])) ?? [];
  if (native !== undefined && FORMATS.every((format) => formats.includes(format))) {
    return new native({ formats: [...FORMATS] });
  }
  const { BarcodeDetector, prepareZXingModule } = await import("barcode-detector/ponyfill");
  const wasm = new URL("zxing-wasm/reader/zxing_reader.wasm", import.meta.url).href;
  prepareZXingModule({
    overrides: { locateFile: (file: string, folder: string) => (file.endsWith(".wasm") ? wasm : folder + file) },
  });
  return new BarcodeDetector({ formats: [...FORMATS] });
}
