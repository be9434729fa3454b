import * as z from 'zod';

/** A list of names small enough to travel through the machine, at every state of it. */
const names = (one: z.ZodString) => z.array(one).min(1).max(200);
const TABLE = 'a table is named with its database, such as shop.orders';
const PARTITION = 'a partition is named with its database and table, such as shop.orders.p202611';
const COLLECTION = 'a collection is named with its database, such as default.docs';

/** A part of the recovery point: one kind of thing. */
export const scope = z.strictObject({
  databases: names(z.string().min(1)).optional(),
  tables: names(z.string().regex(/^[^.]+\.[^.]+$/, TABLE)).optional(),
  partitions: names(z.string().regex(/^[^.]+\.[^.]+\.[^.]+$/, PARTITION)).optional(),
  collections: names(z.string().regex(/^[^.]+\.[^.]+$/, COLLECTION)).optional(),
});

/** `beside` what is there, `swap` the names with it afterwards, or `in-place`, over it. The others are for moves of a group. */
export const mode = z.enum(['beside', 'swap', 'in-place', 'difference', 'refill']);

/** The engine's recycle bin, or a recovery point. Left out, the bin wherever it has what was asked for. */
export const from = z.enum(['bin', 'backup']);

/** What a bin gives back. */
export const recovered = z.object({
  kind: z.enum(['database', 'table', 'partition']),
  name: z.string(),
  id: z.string(),
  /** In the engine's words. */
  dropped: z.string(),
  /** Where its own name is taken. */
  as: z.string().optional(),
});
