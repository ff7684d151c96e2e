/** Images under endings that say nothing: `scan.001`, files without an ending. An ending never decides alone what is dropped. */
import { open } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { isSystemError } from '../files/atomic.ts'
import { findImageFormat, isImageName } from '../image/image-format.ts'
import { checkCancelled, mapConcurrent, type Task } from '../task.ts'

/** What these hold is known, and it is no photograph. */
const otherEndings: ReadonlySet<string> = new Set(
  `.txt .md .rst .csv .tsv .json .jsonl .ndjson .xml .yaml .yml .toml .ini .cfg .conf .html .htm .pdf .doc .docx .xls .xlsx .ppt .pptx
  .odt .ods .zip .tar .gz .tgz .bz2 .xz .7z .rar .py .ipynb .m .mat .sh .bat .ps1 .js .ts .c .cpp .h .npy .npz .pkl .pt .pth .ckpt .h5
  .hdf5 .onnx .safetensors .bin .db .sqlite .log .lock .ply .pcd .stl .obj .xyz .mp4 .avi .mov .mkv .wmv .webm .svg .eps .ai .exe
  .dll .so .manifest .names .data .tfrecord .parquet .arrow .feather .url .lnk .partial`.split(/\s+/),
)

/** @returns Those of the files that are images by their first bytes though their ending does not say so. Cost: one read each. */
export async function imagesByContent(root: string, files: readonly string[], task: Task): Promise<string[]> {
  const unknown = files.filter((file) => !isImageName(file) && !otherEndings.has(extname(file).toLowerCase()))
  const found: string[] = []
  for await (const [file, isImage] of mapConcurrent(unknown, 32, async (file) => {
    checkCancelled(task)
    return [file, await startsAsImage(join(root, file))] as const
  })) {
    if (isImage) found.push(file)
  }
  return found
}

async function startsAsImage(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r')
    try {
      const head = new Uint8Array(16)
      const { bytesRead } = await file.read(head, 0, head.length, 0)
      const format = findImageFormat(head.subarray(0, bytesRead))
      // `P5` begins many a text; in a picture, white space follows.
      return format !== undefined && (format !== 'PNM' || [9, 10, 13, 32].includes(head[2]!))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isSystemError(error)) return false // said where files are opened, if it is one of a sample
    throw error
  }
}
