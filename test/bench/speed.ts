/**
 * How fast the machine is right now, by a fixed loop of what the product does: arithmetic over pixels, allocation, WebAssembly.
 * 1 is the machine that the budgets are meant for; half of it takes twice the time.
 */
import { randomFrom } from './maskData';
import { quantile } from './types';

/** Milliseconds of each part at speed 1. */
const AT_SPEED_ONE = { pixels: 15.9, allocation: 8.7, wasm: 11.3 } as const;
const ROUNDS = 9;

export interface MachineSpeed {
  /** Geometric mean of the parts. */
  readonly speed: number;
  readonly pixels: number;
  readonly allocation: number;
  readonly wasm: number;
}

/** Takes about half a second. The quickest rounds count least disturbed: the lower quartile is taken. */
export function machineSpeed(): MachineSpeed {
  const part = (name: keyof typeof AT_SPEED_ONE, work: () => unknown): number => {
    const times: number[] = [];
    for (let i = 0; i < ROUNDS + 3; i++) {
      const start = performance.now();
      kept = work();
      if (i >= 3) times.push(performance.now() - start);
    }
    return AT_SPEED_ONE[name] / quantile(times, 0.25);
  };
  const pixels = part('pixels', blur);
  const allocation = part('allocation', allocate);
  const wasm = part('wasm', () => xorShift(7_500_000));
  const round = (value: number): number => Math.round(value * 100) / 100;
  return {
    speed: round(Math.cbrt(pixels * allocation * wasm)),
    pixels: round(pixels),
    allocation: round(allocation),
    wasm: round(wasm),
  };
}

/** What the last loop made: without it the compiler could leave the loop out. */
export let kept: unknown = null;

const SIDE = 1024;
const picture = (() => {
  const random = randomFrom(1);
  return Uint8Array.from({ length: SIDE * SIDE * 3 }, () => random() * 256);
})();

/** Mean of three neighbours in each row, three channels, twice. */
function blur(): Uint8Array {
  let from = picture;
  for (let pass = 0; pass < 2; pass++) {
    const to = new Uint8Array(from.length);
    for (let i = 3; i < from.length - 3; i++) to[i] = ((from[i - 3] + from[i] + from[i + 3]) * 85 + 128) >> 8;
    from = to;
  }
  return from;
}

function allocate(): unknown {
  const lists: { id: number; points: number[] }[] = [];
  for (let id = 0; id < 60_000; id++) lists.push({ id, points: [id, id + 1, id + 2, id + 3] });
  return lists.filter(({ id }) => id % 3 === 0).map(({ points }) => points.reduce((a, b) => a + b, 0));
}

/** What is used of WebAssembly; the types of Node 20 do not have it. */
interface WasmClasses {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: { readonly f: (rounds: number) => number } };
}

/**
 * (func (export "f") (param $n i32) (result i32) (local $x i32)
 *   (local.set $x (i32.const 1))
 *   (loop $again
 *     x ^= x << 13; x ^= x >>> 17; x ^= x << 5
 *     (br_if $again (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
 *   (local.get $x))
 */
const xorShift = (() => {
  const shift = (operator: number, by: number) => [0x20, 1, 0x20, 1, 0x41, by, operator, 0x73, 0x21, 1];
  const body = [
    ...[1, 1, 0x7f, 0x41, 1, 0x21, 1, 0x03, 0x40],
    ...shift(0x74, 13),
    ...shift(0x76, 17),
    ...shift(0x74, 5),
    ...[0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b, 0x20, 1, 0x0b],
  ];
  const bytes = [
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
    ...[3, 2, 1, 0],
    ...[7, 5, 1, 1, 0x66, 0, 0],
    ...[10, body.length + 2, 1, body.length, ...body],
  ];
  const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmClasses }).WebAssembly;
  return new Instance(new Module(Uint8Array.from(bytes))).exports.f;
})();
