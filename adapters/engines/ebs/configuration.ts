import * as z from 'zod';
import { ManifestAltered } from '../../../core/errors/registry.ts';
import { workPrefix } from '../../../core/manifest/layout.ts';
import type { ManifestPlace } from '../shared/manifest-io.ts';

const volumeShape = z.object({
  volumeId: z.string(),
  /** As the instance had it attached: `/dev/sdf`. */
  device: z.string(),
  sizeGib: z.number(),
  type: z.string(),
  iops: z.number().optional(),
  throughput: z.number().optional(),
  encrypted: z.boolean(),
  kmsKey: z.string().optional(),
  tags: z.record(z.string(), z.string()),
});

const instanceShape = z.object({ instanceId: z.string(), zone: z.string(), volumes: z.array(volumeShape) });

/** What the cluster's own engine needs beside the volumes, and which instant it brings them to. */
const ownShape = z.object({
  /** ISO 8601: the instant that a restore ends at, whatever the volumes hold of what followed. */
  at: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});

const plannedShape = z.object({
  own: ownShape.optional(),
  tag: z.object({ key: z.string(), value: z.string() }),
  excludeBootVolume: z.boolean(),
  instances: z.array(instanceShape),
});

const capturedShape = plannedShape.extend({
  instances: z.array(
    instanceShape.extend({
      /** ISO 8601: the instant that all its volumes restore to. */
      takenAt: z.string(),
      volumes: z.array(
        volumeShape.extend({
          /** In the region of capture. A copy elsewhere names it in a tag. */
          snapshotId: z.string(),
        }),
      ),
    }),
  ),
});

/** What a capture is to hold, as EC2 described it before the first snapshot was begun. */
export type Planned = z.infer<typeof plannedShape>;
/** Absent where the volumes are all there is. */
export type Own = z.infer<typeof ownShape>;
export type PlannedInstance = Planned['instances'][number];
export type PlannedVolume = PlannedInstance['volumes'][number];
/** What a recovery point holds: everything that a snapshot does not say of its volume, and which snapshot it is. */
export type Captured = z.infer<typeof capturedShape>;
export type CapturedInstance = Captured['instances'][number];
export type CapturedVolume = CapturedInstance['volumes'][number];

/**
 * @throws ManifestAltered when a manifest's configuration is not one of volumes
 */
export const parseCaptured = (value: unknown, of: string): Captured => parsed(capturedShape, value, of);

function parsed<Shape extends z.ZodType>(shape: Shape, value: unknown, of: string): z.output<Shape> {
  const read = shape.safeParse(value);
  if (read.success) return read.data;
  throw new ManifestAltered(
    `the configuration in the manifest of ${of} cannot be read: ${z.prettifyError(read.error)}; restore from another region or recovery point`,
  );
}

/** Where it waits between the tasks of a machine. That it is there says that an earlier attempt may have begun. */
const waitingKey = (place: ManifestPlace): string =>
  `${workPrefix(place.cluster, place.id)}configuration.json`;

export async function keep(place: ManifestPlace, configuration: Planned | Captured): Promise<void> {
  await place.store.put(place.bucket, waitingKey(place), Buffer.from(JSON.stringify(configuration), 'utf8'));
}

async function kept(place: ManifestPlace): Promise<unknown> {
  const body = await place.store.get(place.bucket, waitingKey(place));
  return body && JSON.parse(Buffer.from(body).toString('utf8'));
}

export async function keptPlanned(place: ManifestPlace): Promise<Planned | undefined> {
  const body = await kept(place);
  return body === undefined ? undefined : parsed(plannedShape, body, place.id);
}

export async function keptCaptured(place: ManifestPlace): Promise<Captured | undefined> {
  const body = await kept(place);
  return body === undefined ? undefined : parseCaptured(body, place.id);
}

/** Every volume with the instance that it was attached to. */
export const volumesOf = (captured: Captured) =>
  captured.instances.flatMap((instance) => instance.volumes.map((volume) => ({ instance, volume })));
