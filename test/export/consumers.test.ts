/** The parity gate in other languages, on models exported here: each must find them right, and a wrong one wrong. */
import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, resolve } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exportModel, trainModel } from '../../src/index.ts'
import { makeFolder, makeStripedDataset } from '../e2e/striped-dataset.ts'
import { findPython, runPython } from '../python.ts'

const root = resolve(import.meta.dirname, '../..')
const examples = join(root, 'examples/on-the-line')
const runtimes = [
  ['onnxruntime', findPython(['numpy', 'onnxruntime'])],
  ['opencv', findPython(['numpy', 'cv2'])],
] as const
const browserPath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)
/** An unpacked release of onnxruntime: `ONNXRUNTIME_ROOT`, or where packages put headers. */
const headers = [
  ...(process.env.ONNXRUNTIME_ROOT ? [join(process.env.ONNXRUNTIME_ROOT, 'include')] : []),
  '/usr/include/onnxruntime',
  '/usr/local/include/onnxruntime',
].find((path) => existsSync(join(path, 'onnxruntime_cxx_api.h')))
const library = [
  process.env.ONNXRUNTIME_ROOT && join(process.env.ONNXRUNTIME_ROOT, 'lib'),
  '/usr/lib',
  '/usr/local/lib',
].find((path) => path && existsSync(path))

const folder = makeFolder()
const small = { bankSize: 60, candidates: 2000 }
const models = [
  ['PatchCore', 'patchcore', small],
  ['GLASS', 'glass', { steps: 20, augmentedImages: 8, hidden: 32, rows: 64, augmentedRows: 64 }],
] as const
const outOf = (name: string) => join(folder, `out-${name}`)

beforeAll(async () => {
  const dataset = await makeStripedDataset({ nominal: 8, anomalous: 4, masks: false }, join(folder, 'data'))
  const machine = { threads: 1, device: 'cpu', cache: null } as const
  const size = { width: 64, height: 64 }
  for (const [name, detector, detectorOptions] of models) {
    const model = join(folder, `model-${name}`)
    await trainModel({
      dataset,
      backbone: 'filterbank',
      size,
      detector,
      detectorOptions,
      out: model,
      ...machine,
    })
    // OpenCV gives the bytes of the resize for a fixed size only (docs/on-the-line.md).
    await exportModel({ model, out: outOf(name), dataset, input: { width: 80, height: 64 }, threads: 1 })
  }
}, 300_000)

/** The export with one picture taken for another. */
async function wrongOne(name: string, who: string): Promise<string> {
  const wrong = join(folder, `wrong-${name}-${who}`)
  await cp(outOf(name), wrong, { recursive: true })
  copyFileSync(join(wrong, 'fixtures/white.image.npy'), join(wrong, 'fixtures/black.image.npy'))
  return wrong
}
const isSame = /^the same on \d+ fixtures/
const isWrong = expect.stringContaining('resized of fixture black')

describe.each(models.map(([name]) => name))('the gate in Python, %s', (name) => {
  for (const [runtime, python] of runtimes) {
    it.skipIf(python === null)(`with ${runtime} (PLUMBLINE_PYTHON names one that has it)`, async () => {
      const gate = join(examples, 'gate.py')
      const right = runPython(python!, [gate, outOf(name), '--runtime', runtime])
      expect(right).toMatchObject({ status: 0, stdout: expect.stringMatching(isSame) })
      const wrong = await wrongOne(name, runtime)
      expect(runPython(python!, [gate, wrong, '--runtime', runtime])).toMatchObject({
        status: 4,
        stdout: isWrong,
      })
    })
  }
})

describe.skipIf(browserPath === undefined)(
  `the gate in a browser${browserPath ? '' : ' (skipped: no chromium in /usr/bin)'}`,
  () => {
    let browser: Browser
    let server: Server
    let address: string

    beforeAll(async () => {
      browser = await chromium.launch({ executablePath: browserPath!, args: ['--no-sandbox'] })
      server = serve({
        '/ort/': join(root, 'node_modules/onnxruntime-web/dist'),
        '/exported/': folder,
        '/': join(examples, 'browser'),
      })
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    })
    afterAll(async () => {
      await browser?.close()
      server?.close()
    })

    /** What the page says of an export folder: title and text. */
    async function verdictOf(path: string): Promise<readonly [string, string]> {
      const page = await browser.newPage()
      try {
        await page.goto(`${address}/index.html?folder=/exported/${path.slice(folder.length + 1)}`)
        await page.waitForFunction('document.title !== "Parity"', undefined, { timeout: 100_000 })
        return [await page.title(), (await page.locator('#verdict').textContent()) ?? '']
      } finally {
        await page.close()
      }
    }

    it.each(models.map(([name]) => name))(
      'with onnxruntime-web, %s',
      async (name) => {
        expect(await verdictOf(outOf(name))).toEqual(['same', expect.stringMatching(isSame)])
        expect(await verdictOf(await wrongOne(name, 'browser'))).toEqual(['other', isWrong])
      },
      240_000,
    )
  },
)

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.mjs': 'text/javascript',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
}

/** Files of folders, by what their path begins with. */
function serve(folders: Readonly<Record<string, string>>): Server {
  return createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname)
    const prefix = Object.keys(folders).find((each) => path.startsWith(each))!
    const file = join(folders[prefix]!, path.slice(prefix.length))
    if (!existsSync(file)) response.writeHead(404).end()
    else
      response
        .writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
        .end(readFileSync(file))
  })
}

describe('the gate in C++', () => {
  const gate = join(folder, 'gate')
  const build = headers
    ? spawnSync(
        'g++',
        [
          ...['-std=c++17', '-O1', '-I', headers, join(examples, 'cpp/gate.cpp'), '-o', gate],
          ...['-L', library!, `-Wl,-rpath,${library}`, '-lonnxruntime'],
        ],
        { encoding: 'utf8' },
      )
    : null
  const reason =
    build === null
      ? 'ONNXRUNTIME_ROOT names no onnxruntime with headers'
      : build.stderr.includes('nlohmann')
        ? 'nlohmann-json3-dev is not there'
        : ''

  it.skipIf(reason !== '')(
    `compiles, and says what the others say${reason && ` (skipped: ${reason})`}`,
    async () => {
      expect(build?.stderr).toBe('')
      const run = (path: string) => spawnSync(gate, [path], { encoding: 'utf8' })
      for (const [name] of models) {
        expect(run(outOf(name))).toMatchObject({ status: 0, stdout: expect.stringMatching(isSame) })
        expect(run(await wrongOne(name, 'cpp'))).toMatchObject({ status: 4, stdout: isWrong })
      }
    },
    120_000,
  )
})
