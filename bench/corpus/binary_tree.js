class Node {
  constructor(key, value) {
    Object.assign(this, { key, value, left: null, right: null });
  }
}

class Tree {
  #root = null;
  #size = 0;

  get size() {
    return this.#size;
  }

  set(key, value) {
    const insert = (node) => {
      if (node === null) {
        this.#size++;
        return new Node(key, value);
      }
      if (key === node.key) node.value = value;
      else if (key < node.key) node.left = insert(node.left);
      else node.right = insert(node.right);
      return node;
    };
    this.#root = insert(this.#root);
  }

  *entries(node = this.#root) {
    if (node === null) return;
    yield* this.entries(node.left);
    yield [node.key, node.value];
    yield* this.entries(node.right);
  }
}

const tree = new Tree();
for (const [i, word] of "the quick brown fox jumps over the lazy dog".split(" ").entries()) tree.set(word, i);
console.log(tree.size, [...tree.entries()]);
