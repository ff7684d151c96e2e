/** Any step, done on this machine: its description from the store, its result into the store. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { OpenVision } from '../../../backbone/create-vision.ts'
import type { Detector } from '../../../detector/detector.ts'
import type { View } from '../../../detector/view/view.ts'
import { InputError } from '../../../errors.ts'
import { writeFileAtomic } from '../../../files/atomic.ts'
import { makeFolder } from '../../../files/make-folder.ts'
import { readBytes } from '../../../files/read-bytes.ts'
import { runtimeVersion } from '../../../graph/index.ts'
import { checkCancelled, type Task } from '../../../task.ts'
import { openBlobCache } from '../../../work/blob-cache.ts'
import { openFolderStore } from '../../../work/folder-store.ts'
import { type Making, processorClass } from '../../../work/making.ts'
import type { Step, StepKind } from '../../../work/step.ts'
import type { StepResult } from '../../../work/step-result.ts'
import { putBlob, type Store } from '../../../work/store.ts'
import { checkInside } from '../inside.ts'
import { type Look, viewOf, visionFor } from '../look.ts'
import { doAsk } from './ask-step.ts'
import { type Bench, createContentNames } from './bench.ts'
import { doFeatures } from './features-step.ts'
import { doFit, doJudge, doRank } from './fold-steps.ts'
import { doGather } from './gather-step.ts'
import { doPixels } from './pixels-step.ts'
import { readStep } from './read-step.ts'
import { doTrain } from './train-step.ts'

/** A worker's hands for each kind of step. */
const hands: Readonly<Record<StepKind, (step: Step<never>, bench: Bench) => Promise<unknown>>> = {
  features: doFeatures,
  gather: doGather,
  fit: doFit,
  rank: doRank,
  judge: doJudge,
  pixels: doPixels,
  train: doTrain,
  ask: doAsk,
}

/** Steps that ask a fitted model; before others its memory is given back. */
const askingModels: ReadonlySet<StepKind> = new Set(['rank', 'judge'])

export interface WorkshopOptions {
  readonly store: string
  /** This machine's own folder: contents, weights, work that is going on. */
  readonly folder: string
  readonly cacheBytes: number
}

export interface Workshop {
  /** @returns Hash of the result. @throws Whatever the step throws. */
  do(id: string, task: Task): Promise<string>
  close(): Promise<void>
}

/** @throws {InputError} The store or the folder cannot be used. */
export async function openWorkshop({ store: place, folder, cacheBytes }: WorkshopOptions): Promise<Workshop> {
  const store = await openFolderStore(place)
  // On the disk of the store itself a copy of its own would gain nothing.
  const isOwnDisk = (await stat(place)).dev === (await stat(await madeFolder(folder))).dev
  const blobs = await openBlobCache(join(folder, 'contents'), store, isOwnDisk ? 0 : cacheBytes)
  const names = createContentNames(blobs)
  let open: { readonly key: string; readonly vision: OpenVision; readonly view: View | null } | undefined

  let model: { readonly key: string; readonly detector: Detector } | undefined

  const closeModel = async (): Promise<void> => {
    const { detector } = model ?? {}
    model = undefined
    await detector?.close()
  }
  const modelOf = async (fit: string, made: Making, load: () => Promise<Detector>): Promise<Detector> => {
    const key = JSON.stringify([fit, made])
    if (model?.key === key) return model.detector
    await closeModel()
    const detector = await load()
    model = { key, detector }
    return detector
  }

  const sightOf = async (look: Look, made: Making, task: Task) => {
    const key = JSON.stringify([look, made])
    if (open?.key === key) return open
    await open?.vision.close()
    open = undefined
    const view = await viewOf(look, blobs)
    const vision = await visionFor(look, made, view, { store, blobs, contents: names, folder }, task)
    open = { key, vision, view }
    return open
  }

  return {
    async do(id, task) {
      const started = performance.now()
      const step = await readStep(store, id)
      if (!Object.hasOwn(hands, step.kind))
        throw new InputError(
          store.place,
          `step ${id} is of a kind that this worker does not know: ${step.kind}`,
        )
      // Stays until the step is done: a fit that was interrupted goes on from what it left here.
      const out = join(folder, 'work', id)
      await mkdir(out, { recursive: true })
      if (!askingModels.has(step.kind)) await closeModel()
      const doing = hands[step.kind](step as Step<never>, {
        ...{ store, blobs, id, made: step.made, out, task, names },
        model: (fit, load) => modelOf(fit, step.made, load),
        vision: async (look) => (await sightOf(look, step.made, task)).vision,
        view: async (look) => (await sightOf(look, step.made, task)).view,
        fileOf: (hash) => fileOf(hash, join(out, 'inputs')),
        folderOf: (name, files) => folderOf(files, join(out, 'inputs', checkInside(name, store.place))),
      })
      const value = await doing.catch(async (error: unknown) => {
        await closeModel() // whatever it was at
        throw error
      })
      checkCancelled(task)
      await rm(join(out, 'inputs'), { recursive: true, force: true })
      const result: StepResult = {
        step: id,
        value: JSON.parse(JSON.stringify(value)),
        files: await keepFiles(out, store),
        worker: {
          name: `${hostname()}-${process.ppid}`,
          processor: processorClass(),
          node: process.version,
          onnxruntime: runtimeVersion(),
        },
        seconds: Math.round(performance.now() - started) / 1000,
      }
      const hash = await putBlob(store, new TextEncoder().encode(JSON.stringify(result)))
      await rm(out, { recursive: true, force: true })
      return hash
    },
    async close() {
      await closeModel()
      await open?.vision.close()
      open = undefined
    },
  }

  async function fileOf(hash: string, inputs: string): Promise<string> {
    const path = join(inputs, hash)
    const isThere = await stat(path).then(
      () => true,
      () => false,
    )
    if (!isThere) await writeFileAtomic(path, await blobs.get(hash))
    return path
  }

  async function folderOf(files: readonly (readonly [string, string])[], inputs: string): Promise<string> {
    for (const [name, hash] of files)
      await writeFileAtomic(join(inputs, checkInside(name, store.place)), await blobs.get(hash))
    return inputs
  }
}

async function madeFolder(folder: string): Promise<string> {
  await makeFolder(folder)
  return folder
}

async function keepFiles(out: string, store: Store): Promise<StepResult['files']> {
  const files: StepResult['files'] = []
  for (const entry of await readdir(out, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.name.endsWith('.partial')) continue
    const whole = join(entry.parentPath, entry.name)
    const path = whole.slice(out.length + 1).replaceAll('\\', '/')
    if (/^(resume\/fold-\d+\/)?training\//.test(path)) continue // what an interrupted fit would go on from
    const bytes = await readBytes(whole)
    files.push({ path, sha256: await putBlob(store, bytes), bytes: bytes.length })
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1))
}
