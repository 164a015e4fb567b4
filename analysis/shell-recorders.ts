/** Programs that record what is on the screen, said or seen: where the recording goes. */
import { NO_OUTPUT, type Output } from "./shell-expand.ts";
import { operands } from "./shell-files.ts";
import { optionValue } from "./shell-wrappers.ts";

/** What a recording holds belongs to whoever sits there. */
export const RECORDED: Output = { ...NO_OUTPUT, labels: ["file", "file.private"], cause: "unknown.file" };

/** By program: the option that names the file, where it is not the last operand. */
const RECORDERS: Readonly<Record<string, RegExp | null>> = {
  // screens
  ...{
    scrot: /^(-F|--file)$/,
    maim: null,
    grim: null,
    import: null,
    xwd: /^-out$/,
    screencapture: null,
    xfce4_screenshooter: /^(-s|--save)$/,
  },
  ...{
    "gnome-screenshot": /^(-f|--file)$/,
    spectacle: /^(-o|--output)$/,
    flameshot: /^(-p|--path)$/,
    "xfce4-screenshooter": /^(-s|--save)$/,
  },
  ...{ recordmydesktop: /^-o$/, "wf-recorder": /^(-f|--file)$/, simplescreenrecorder: null, "wl-screenrec": /^(-f|--filename)$/ },
  // microphones
  ...{ arecord: null, parec: null, parecord: null, rec: null, "pw-record": null, sox: null },
  // cameras
  ...{ fswebcam: null, streamer: /^-o$/, imagesnap: null, raspistill: /^(-o|--output)$/, raspivid: /^(-o|--output)$/ },
  ...{
    "libcamera-still": /^(-o|--output)$/,
    "libcamera-vid": /^(-o|--output)$/,
    "rpicam-still": /^(-o|--output)$/,
    "rpicam-vid": /^(-o|--output)$/,
  },
  ...{ ffmpeg: null, avconv: null, "gst-launch-1.0": null, "v4l2-ctl": /^--stream-to$/ },
};
const VALUED: Readonly<Record<string, RegExp>> = {
  arecord: /^-[Ddfrctb]$/,
  parec: /^(-[drnp]|--(device|rate|format|channels))$/,
  parecord: /^(-[drnp]|--(device|rate|format|channels))$/,
  fswebcam: /^-[drlpSFDiOc]$/,
  import: /^-(window|quality|resize|crop|display|delay|pause)$/,
  grim: /^-[gostlq]$/,
  maim: /^-[gidfmxb]$/,
  scrot: /^-[dDqtaksz]$/,
};
/** Inputs of programs for all kinds of media that are no file. */
const CAPTURES = /^(x11grab|kmsgrab|alsa|pulse|jack|oss|avfoundation|gdigrab|dshow|v4l2|video4linux2|fbdev|xcbgrab|decklink)$/;
const CAPTURE_ELEMENTS = /^(pulse|alsa|autoaudio|jackaudio|v4l2|autovideo|ximage|pipewire|avfvideo|osxaudio|libcamera)src$/;

/** Whether the program records something that is not a file of its own. */
function records(program: string, args: readonly string[]): boolean {
  if (!Object.hasOwn(RECORDERS, program) || args.some((a) => /^(--help|--version|-h|-l|-L|--list-devices|--list-formats.*)$/.test(a)))
    return false;
  if (program === "ffmpeg" || program === "avconv") return args.some((a, i) => CAPTURES.test(a) && args[i - 1] === "-f");
  if (program === "gst-launch-1.0") return args.some((a) => CAPTURE_ELEMENTS.test(a));
  if (program === "sox") return args.some((a) => /^(-d|--default-device|alsa|pulseaudio)$/.test(a)) && args.at(-1) !== "-d";
  return program !== "v4l2-ctl" || args.some((a) => a.startsWith("--stream"));
}

function named(program: string, args: readonly string[]): string | undefined {
  if (program === "gst-launch-1.0") return args.find((a) => a.startsWith("location="))?.slice("location=".length);
  if (args.at(-1) === "-") return "-";
  const option = RECORDERS[program] ?? null;
  const joined = option === null ? undefined : args.find((a) => /^--[\w-]+=/.test(a) && option.test(a.slice(0, a.indexOf("="))));
  if (joined !== undefined) return joined.slice(joined.indexOf("=") + 1);
  const valued = VALUED[program];
  return (
    (option === null ? null : optionValue(args, option)) ??
    operands(valued === undefined ? args : args.filter((_a, i) => !valued.test(args[i - 1] ?? ""))).at(-1)
  );
}

/** The file in which a recording is kept; null when the program records nothing, or prints it. */
export function recordedFile(program: string, args: readonly string[]): string | null {
  if (!records(program, args)) return null;
  const file = named(program, args);
  return file === undefined || /^(-|pipe:\d?|\/dev\/std(out|err)|:0?)$/.test(file) || file.startsWith("/dev/") ? null : file;
}

/** A recording that comes out of the program itself: `arecord -d 5`, `xwd -root`, `grim -`. */
export const printsRecording = (program: string, args: readonly string[]): boolean =>
  records(program, args) && recordedFile(program, args) === null;
