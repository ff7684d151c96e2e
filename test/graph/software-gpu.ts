/**
 * A GPU in software, for tests: SwiftShader as Debian's `chromium` ships it, behind the system's Vulkan loader
 * (`libvulkan1`). Slow, but it takes the same path as a real one.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

const driver = '/usr/lib/chromium/vk_swiftshader_icd.json'
const loaders = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'].map(
  (folder) => join(folder, 'libvulkan.so.1'),
)

/** Why there is none here; undefined where there is one. */
export function whyNoSoftwareGpu(): string | undefined {
  if (process.platform !== 'linux') return `SwiftShader is not looked for on ${process.platform}`
  if (!loaders.some((path) => existsSync(path))) return 'no Vulkan loader: apt-get install libvulkan1'
  if (!existsSync(driver)) return 'no SwiftShader: apt-get install chromium'
  return undefined
}

/**
 * Points the Vulkan loader of this process at SwiftShader, and at nothing else. Call it before the first WebGPU session.
 *
 * @returns Removes what was written.
 */
export function useSoftwareGpu(): () => void {
  const manifest = JSON.parse(readFileSync(driver, 'utf8')) as { ICD: { library_path: string } }
  manifest.ICD.library_path = resolve(dirname(driver), manifest.ICD.library_path)
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-vulkan-'))
  const path = join(folder, 'swiftshader.json')
  writeFileSync(path, JSON.stringify(manifest))
  process.env.VK_DRIVER_FILES = path
  process.env.VK_ICD_FILENAMES = path // what older loaders read
  return () => rmSync(folder, { recursive: true, force: true })
}
