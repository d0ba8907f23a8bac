/** The little of it that is used here; the package brings no types. */
declare module 'yazl' {
  export class ZipFile {
    readonly outputStream: NodeJS.ReadableStream;
    addBuffer(content: Uint8Array, path: string, options?: { mtime?: Date }): void;
    end(): void;
  }
}
