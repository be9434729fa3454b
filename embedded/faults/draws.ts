import type { EmbeddedCloud } from '../cloud.ts';
import { type RandomStream, Streams } from '../random/streams.ts';
import { drawMix, FAULT_KINDS, type FaultKind, type Mix, type MixOptions } from './mix.ts';

export interface DrawsOptions extends MixOptions {
  readonly seed: number;
}

/** What all faults of a run share: how strong each is, its own stream, what took place, and whether any still may. */
export class Draws {
  readonly #mix: Map<FaultKind, number>;
  readonly #streams: Streams;
  readonly #injected = new Map<FaultKind, number>();
  readonly #atHeal: ((cloud: EmbeddedCloud) => void)[] = [];
  #cloud: EmbeddedCloud | undefined;

  constructor({ seed, ...options }: DrawsOptions) {
    this.#streams = new Streams(seed);
    this.#mix = new Map(drawMix(this.#streams, options));
  }

  get mix(): Mix {
    return this.#mix;
  }

  /** From here on things go wrong in this cloud. */
  protected begin(cloud: EmbeddedCloud): void {
    this.#cloud = cloud;
  }

  /** Leaves a fault out that has no occasion in this cloud, and says so: it would be declared and never hit. */
  protected leaveOut(kind: FaultKind, why: string): void {
    if (this.#mix.get(kind) === 0) return;
    this.#mix.set(kind, 0);
    this.#cloud?.world.log(`faults: ${kind} is left out: ${why}`);
  }

  /**
   * Nothing more goes wrong, and what would stay wrong for ever ends: a dark region is lit, a disabled key works, a
   * snapshot that hangs comes to an end, clocks are right. What merely takes its time runs out by itself; bytes that
   * rotted stay as they are.
   */
  heal(): void {
    const cloud = this.#cloud;
    if (!cloud) return;
    cloud.world.log('faults: everything heals');
    this.#cloud = undefined;
    for (const end of this.#atHeal) end(cloud);
  }

  /** What ends a fault that would last. */
  atHeal(end: (cloud: EmbeddedCloud) => void): void {
    this.#atHeal.push(end);
  }

  /** The cloud while things go wrong in it. */
  get cloud(): EmbeddedCloud | undefined {
    return this.#cloud;
  }

  get raging(): boolean {
    return this.#cloud !== undefined;
  }

  /** How often each kind took place. */
  get injected(): ReadonlyMap<FaultKind, number> {
    return new Map(FAULT_KINDS.map((kind) => [kind, this.#injected.get(kind) ?? 0]));
  }

  /** Kinds that the mix has and that never took place: a test that declares them proves nothing about them. */
  get neverHit(): readonly FaultKind[] {
    return FAULT_KINDS.filter((kind) => this.strength(kind) > 0 && !this.#injected.has(kind));
  }

  strength(kind: FaultKind): number {
    return this.#mix.get(kind)!;
  }

  /** Has this fault its turn now? The stream of a kind that is off is never drawn from. */
  strikes(kind: FaultKind): boolean {
    return (
      this.#cloud !== undefined && this.strength(kind) > 0 && this.stream(kind).chance(this.strength(kind))
    );
  }

  stream(kind: FaultKind): RandomStream {
    return this.#streams.stream(`faults.${kind}`);
  }

  /** Counts a fault and writes it into the run's log. */
  record(kind: FaultKind, what: string): void {
    this.#injected.set(kind, (this.#injected.get(kind) ?? 0) + 1);
    this.#cloud?.world.log(`fault ${kind}: ${what}`);
  }
}
