/** What the composition root provides to the inference service. */
export const INFERENCE_PARTS = Symbol('InferenceParts');
