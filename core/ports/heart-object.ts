/** An object that is written over and over, where no write may be lost to another one. */
export interface HeartObjects {
  read(bucket: string, key: string): Promise<{ readonly text: string; readonly etag: string } | undefined>;
  /**
   * @param over the ETag of what it replaces; undefined when nothing was there
   * @throws ConcurrentUpdate when something else lies there by now
   */
  write(bucket: string, key: string, text: string, over: string | undefined): Promise<void>;
}
