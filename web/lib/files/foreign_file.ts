import { AttentionError } from '../errors.js';

/** How many of a file's first bytes tell what it is. */
export const TELLING_BYTES = 512;

/** A kind of file that is brought where another was meant. */
interface Kind {
  /** What the first bytes are, one character a byte, begin with or match. */
  begins: string | RegExp;
  /** What it is, and what to do. */
  says: string;
}

const PYTORCH =
  "weights in PyTorch's own format, which can run code and isn't read; save_pretrained of transformers writes " +
  'model.safetensors';
const OLD_GGML =
  "file of the time before GGUF; convert the original model with llama.cpp's convert_hf_to_gguf.py";
const GGUF = 'a GGUF, which holds a whole model by itself; give it with a name that ends in .gguf';

const KINDS: readonly Kind[] = [
  {
    begins: 'version https://git-lfs.github.com/spec/',
    says: 'a Git LFS pointer instead of the file itself; "git lfs pull" in the clone fetches it, or download it by itself',
  },
  {
    begins: /^(?:\xef\xbb\xbf)?\s*(?:<!doctype html|<html|<head|<!--)/i,
    says: 'a page of HTML instead of the file; take the address that downloads the file, and sign in where it asks for that',
  },
  {
    begins: /^\s*<\?xml/,
    says: "a text in XML instead of the file, most likely a server's answer that it isn't there",
  },
  { begins: 'GGUF', says: GGUF },
  { begins: 'lmgg', says: `a GGML ${OLD_GGML}` },
  { begins: 'fmgg', says: `a GGMF ${OLD_GGML}` },
  { begins: 'tjgg', says: `a GGJT ${OLD_GGML}` },
  {
    begins: 'algg',
    says: 'a GGLA file: a LoRA adapter of the time before GGUF, which changes a model and is none',
  },
  { begins: /^PK\x03\x04[^]*data\.pkl/, says: PYTORCH },
  { begins: /^\x80[\x02-\x05]/, says: PYTORCH },
  { begins: 'PK', says: 'a zip; unpack it, and give the files in it' },
  { begins: /^\x1f\x8b/, says: 'packed by gzip; unpack it first' },
  {
    begins: /^(?:7z\xbc\xaf|\xfd7zXZ|BZh|Rar!|\x28\xb5\x2f\xfd)/,
    says: 'an archive; unpack it, and give the files in it',
  },
  { begins: /^[^]{257}ustar/, says: 'a tar; unpack it, and give the files in it' },
  {
    begins: /^\x89HDF/,
    says: 'an HDF5 file, as Keras and TensorFlow write weights; save_pretrained of transformers writes model.safetensors',
  },
  {
    begins: /^\x93NUMPY/,
    says: 'an array of NumPy (.npy); a model is a folder with model.safetensors, or a GGUF',
  },
  {
    begins: /^[^]{4}[\0-\x05]\0{3}\{[^]*"(?:dtype|__metadata__)"/,
    says: 'a safetensors file; give it by the name model.safetensors, with config.json and tokenizer.json beside it',
  },
  { begins: /^(?:\xef\xbb\xbf)?\s*\{/, says: 'a text in JSON instead of the file' },
];

/** What the first bytes of a file tell that it is, and what to do, as "a zip; unpack it"; undefined where they don't. */
function kindOf(bytes: Uint8Array): Kind | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, TELLING_BYTES));
  return KINDS.find(({ begins }) =>
    typeof begins === 'string' ? text.startsWith(begins) : begins.test(text),
  );
}

/** The error that says what a file is instead of what was meant; undefined where its first bytes don't tell. */
export function foreignFile(file: string, bytes: Uint8Array): AttentionError | undefined {
  if (bytes.length === 0) return new AttentionError('file-format', `${file} is empty.`);
  const kind = kindOf(bytes);
  return kind && new AttentionError('file-format', `${file} is ${kind.says}.`);
}
