/** Stands for every cluster in events that concern a whole region; no cluster can be called so. */
export const EVERY_CLUSTER = '*';
