import type { Grant } from './grant.ts';

/** What milvus-backup says of a backup is compared with what lies there. */
export const readMilvusMeta: Grant = ({ milvus }, role) => milvus.grantReadMeta(role);
/** A restore puts back by Milvus's own API what the tool does not. */
export const speakToMilvus: Grant = ({ milvus }, role) => milvus.grantSpeak(role);
