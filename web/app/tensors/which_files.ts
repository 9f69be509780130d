/** What other software keeps arrays in, by the end of a file's name, and how the same comes here. */
const NUMPY = 'numpy.savez("arrays.npz", weights=…)';
const FOREIGN: readonly (readonly [RegExp, string, string])[] = [
  [
    /\.(pt|pth|ckpt)$/i,
    'a file of torch.save, whose pickle can run code and isn’t read',
    `save tensors by ${NUMPY} with tensor.float().numpy(), or by safetensors.torch.save_file`,
  ],
  [/\.(pkl|pickle|joblib|dill)$/i, 'a pickle, which can run code and isn’t read', `save arrays by ${NUMPY}`],
  [/\.(h5|hdf5|hdf)$/i, 'an HDF5 file', `save arrays by ${NUMPY} with h5py.File(…)["name"][:]`],
  [
    /\.(parquet|arrow|feather)$/i,
    'a table of Arrow',
    `save arrays by ${NUMPY} with table["name"].to_numpy()`,
  ],
  [/\.(csv|tsv)$/i, 'a table as text', `save it by ${NUMPY} with numpy.loadtxt(…, delimiter=",")`],
  [/\.mat$/i, 'a file of MATLAB', `save arrays by ${NUMPY} with scipy.io.loadmat(…)["name"]`],
  [/\.(tfrecord|tfrecords|msgpack|zarr)$/i, 'a container of another library', `save arrays by ${NUMPY}`],
];

/** What a file of other software is and how to save it, in one sentence; undefined where it isn't one. */
export function foreignWords(name: string): string | undefined {
  const found = FOREIGN.find(([end]) => end.test(name));
  return found && `${name} is ${found[1]}; ${found[2]}.`;
}
