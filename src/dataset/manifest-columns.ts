/**
 * Which column of a table is what, by the names that people give them: in any case, with blanks, dots, `-` or `_` or none, in
 * English and in what European and Asian factories write.
 */
import { normaliseName } from './names/folder-meaning.ts'

/** What a manifest can say of an image. */
export const roles = ['path', 'label', 'part', 'defect', 'mask', 'foreground', 'split'] as const
export type Role = (typeof roles)[number]

const names = (text: string): readonly string[] => text.split(/\s+/).filter((name) => name !== '')

/** As `normaliseName` makes them; where a table has several, the first of a row here is taken. */
const synonyms: Readonly<Record<Role, readonly string[]>> = {
  path: names(`
    path imagepath imgpath filepath image img file filename imagefile imagefilename imagefilepath imagename imgname fname filelocation
    location relativepath relpath fullpath abspath photo photopath picture picturepath photograph frame uri url source sourceref
    imageid imagefilenames bild bilddatei bildpfad datei dateiname dateipfad pfad foto fichier chemin immagine archivo imagen ruta
    ficheiro imagem 画像 图像 图片 文件 文件名 路径 파일 이미지`),
  label: names(`
    label labels target targets class classlabel labelindex labelid labelname gtlabel groundtruthlabel imagelabel anomalylabel
    isanomaly isanomalous anomaly isdefect isdefective hasdefect defective isbad isng isnok isok isgood isnormal ok good y ytrue
    verdict result status state judgement judgment decision quality okng oknok passfail passorfail goodbad grade disposition
    category groundtruth gt klasse ergebnis befund bewertung urteil etiquette étiquette classe résultat etichetta esito etiqueta clase
    resultado 标签 类别 结果 判定 ラベル 라벨 판정`),
  part: names(`
    part partid partno partnr partnumber partname serial serialno serialnr serialnumber sn dmc barcode qr qrcode group groupid unit unitid
    specimen specimenid workpiece workpieceid piece pieceid item itemid object objectid productid component componentid
    board boardid boardno wafer waferid teil teilid teilnr teilenummer seriennummer werkstück werkstueck bauteil
    bauteilid pièce piece numéropièce pezzo pieza peça 零件 部件 工件 序列号 编号 部品 부품`),
  defect: names(`
    defect defecttype defectclass defectname defectkind defectlabel defectcategory anomalytype anomalyclass anomalykind fault faulttype
    faultclass failuremode failuretype type kind subclass class category fehler fehlerart fehlertyp fehlerklasse fehlerbild défaut
    difetto defecto defeito 缺陷 缺陷类型 不良 欠陥 결함`),
  mask: names(`
    mask maskpath maskfile maskfilename maskimage defectmask anomalymask gtmask maskref groundtruthmask groundtruthpath gtpath
    groundtruthfile segmentation segmentationpath segmentationmask seg segpath annotation annotationpath annotationfile labelpath
    labelfile labelmask maske maskenpfad masque maschera máscara mascara 掩码 掩膜 マスク 마스크`),
  foreground: names(`
    foreground foregroundpath foregroundmask fg fgmask fgpath fgmaskpath objectmask objectmaskpath partmask vordergrund silhouette`),
  split: names(
    'split subset partition set fold datasplit dataset phase usage purpose aufteilung 划分 数据集',
  ),
}

export interface AssignedColumns {
  readonly columns: Readonly<Partial<Record<Role, string>>>
  /** The others, which stay as they are. */
  readonly further: readonly string[]
}

/**
 * Every role takes the best of its names that is there and not taken; each column has one role. `class` and `category` name the defect
 * where another column is the label.
 *
 * @param columns - As the table names them.
 */
export function assignColumns(columns: readonly string[]): AssignedColumns {
  const byName = new Map<string, string>()
  for (const column of columns) {
    const name = normaliseName(column)
    if (!byName.has(name)) byName.set(name, column)
  }
  const taken = new Set<string>()
  const assigned: Partial<Record<Role, string>> = {}
  // A column of exactly the role's name is that role's, whatever else could be.
  for (const role of roles) {
    const exact = columns.find((column) => column === role) ?? byName.get(role)
    if (exact === undefined) continue
    assigned[role] = exact
    taken.add(exact)
  }
  for (const role of roles) {
    if (assigned[role] !== undefined) continue
    const column = synonyms[role].map((name) => byName.get(name)).find((each) => each && !taken.has(each))
    if (column === undefined) continue
    assigned[role] = column
    taken.add(column)
  }
  return { columns: assigned, further: columns.filter((column) => !taken.has(column)) }
}

/** How the columns were understood, where one is called otherwise than we call it, and what the others are. */
export function describeColumns({ columns, further }: AssignedColumns): string[] {
  const renamed = roles.flatMap((role) => {
    const column = columns[role]
    return column === undefined || column === role ? [] : [`${column} is the ${role}`]
  })
  return [
    ...(renamed.length > 0 ? [`Columns of the manifest: ${renamed.join(', ')}.`] : []),
    ...(further.length > 0
      ? [
          `Further columns, kept for subgroups and --where: ${further.slice(0, 12).join(', ')}${further.length > 12 ? ` and ${further.length - 12} more` : ''}.`,
        ]
      : []),
  ]
}

/** Parts of names by which a column that has no role looks as if it should have one. */
const partLike = /(part|serial|specimen|workpiece|barcode|teil|stück|stueck|bauteil|seriennummer|wafer|board)/
const maskLike = /(mask|segment|annot|groundtruth|maske)/
const isImagePath = (text: string): boolean => /[^/\\]\.(png|bmp|tiff?|jpe?g|json|webp|pgm)$/i.test(text)

/**
 * Columns without a role that look like a part's or a mask's, by their names or by what is in them.
 *
 * @param valuesOf - Cells of a column that are not empty.
 * @returns A sentence for each, saying what to do.
 */
export function overlookedColumns(
  { columns, further }: AssignedColumns,
  rowCount: number,
  valuesOf: (column: string) => readonly string[],
): string[] {
  return further.flatMap((column) => {
    const name = normaliseName(column)
    const values = valuesOf(column)
    if (values.length === 0) return []
    const arePaths = values.filter(isImagePath).length > values.length / 2
    if (columns.mask === undefined && (arePaths || maskLike.test(name)))
      return [
        `the column ${column} looks like masks and is not used: call it mask (or foreground, for masks of the object)`,
      ]
    if (columns.part === undefined && !arePaths) {
      const distinct = new Set(values).size
      const isShared = distinct > 1 && distinct < 0.75 * values.length && distinct > 0.05 * rowCount
      if (partLike.test(name) || (isShared && /(id|no|nr|num|nummer|number|code)$/.test(name)))
        return [
          `the column ${column} looks like the part that an image shows and is not used: call it part, or images of one part will be on both sides of every split`,
        ]
    }
    return []
  })
}
