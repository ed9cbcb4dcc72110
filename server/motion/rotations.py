# SPDX-License-Identifier: GPL-3.0-or-later
"""Rotations as numpy arrays: quaternions are (..., 4) in the order w, x, y, z; matrices (..., 3, 3) act on columns."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating]

_AXES = {"X": 0, "Y": 1, "Z": 2}


def normalized(vectors: Array) -> Array:
    """Return (..., n) vectors scaled to length 1; zero vectors stay zero."""
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(length, 1e-12))


def cross(a: Array, b: Array) -> Array:
    """Return the cross product of vectors (..., 3): as `numpy.cross`, at a fraction of its overhead on short arrays."""
    a, b = np.asarray(a), np.asarray(b)
    out = np.empty(np.broadcast_shapes(a.shape, b.shape), dtype=np.result_type(a, b))
    for i, j, k in ((0, 1, 2), (1, 2, 0), (2, 0, 1)):
        out[..., i] = a[..., j] * b[..., k] - a[..., k] * b[..., j]
    return out


def quat_mul(a: Array, b: Array) -> Array:
    """Return the product (..., 4): first ``b``, then ``a``."""
    a, b = np.asarray(a), np.asarray(b)
    aw, ax, ay, az = a[..., 0], a[..., 1], a[..., 2], a[..., 3]
    bw, bx, by, bz = b[..., 0], b[..., 1], b[..., 2], b[..., 3]
    out = np.empty(np.broadcast_shapes(a.shape, b.shape), dtype=np.result_type(a, b))
    out[..., 0] = aw * bw - ax * bx - ay * by - az * bz
    out[..., 1] = aw * bx + ax * bw + ay * bz - az * by
    out[..., 2] = aw * by - ax * bz + ay * bw + az * bx
    out[..., 3] = aw * bz + ax * by - ay * bx + az * bw
    return out


def quat_inv(q: Array) -> Array:
    """Return the inverse of unit quaternions."""
    return np.asarray(q * np.array([1.0, -1.0, -1.0, -1.0], dtype=np.asarray(q).dtype))


def quat_rotate(q: Array, v: Array) -> Array:
    """Rotate vectors (..., 3) by unit quaternions (..., 4)."""
    w, u = q[..., :1], q[..., 1:]
    t = 2.0 * cross(u, v)
    return np.asarray(v + w * t + cross(u, t))


def quat_from_axis_angle(axis: Array, angle: Array | float) -> Array:
    """Return unit quaternions for an angle in radians about unit axes (..., 3)."""
    half = np.asarray(angle, dtype=np.float64)[..., None] * 0.5
    w, xyz = np.broadcast_arrays(np.cos(half), np.sin(half) * np.asarray(axis))
    return np.concatenate((w[..., :1], xyz), axis=-1)


def quat_between(a: Array, b: Array) -> Array:
    """Return the shortest rotation that takes direction ``a`` (..., 3) to direction ``b``."""
    a, b = normalized(a), normalized(b)
    dot = np.sum(a * b, axis=-1, keepdims=True)
    q = np.concatenate((1.0 + dot, cross(a, b)), axis=-1)
    # opposite directions have no unique axis: any axis square to a will do
    helper = np.where(np.abs(a[..., :1]) < 0.9, np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0]))
    flip = np.concatenate((np.zeros_like(dot), np.cross(a, helper)), axis=-1)
    return normalized(np.where(dot < -1.0 + 1e-8, flip, q))


def quat_from_matrix(m: Array) -> Array:
    """Return unit quaternions (..., 4) of rotation matrices, by the largest-component method of Shepperd (1978)."""
    m = np.asarray(m, dtype=np.float64)
    m00, m11, m22 = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    squares = np.stack((1 + m00 + m11 + m22, 1 + m00 - m11 - m22, 1 - m00 + m11 - m22, 1 - m00 - m11 + m22), axis=-1)
    s01, s02, s12 = m[..., 0, 1] + m[..., 1, 0], m[..., 0, 2] + m[..., 2, 0], m[..., 1, 2] + m[..., 2, 1]
    d21, d02, d10 = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    candidates = np.stack(
        (
            np.stack((squares[..., 0], d21, d02, d10), axis=-1),
            np.stack((d21, squares[..., 1], s01, s02), axis=-1),
            np.stack((d02, s01, squares[..., 2], s12), axis=-1),
            np.stack((d10, s02, s12, squares[..., 3]), axis=-1),
        ),
        axis=-2,
    )
    best = np.argmax(squares, axis=-1)
    return normalized(np.take_along_axis(candidates, best[..., None, None], axis=-2)[..., 0, :])


def matrix_from_quat(q: Array) -> Array:
    """Return rotation matrices (..., 3, 3) of unit quaternions."""
    w, x, y, z = np.moveaxis(np.asarray(q), -1, 0)
    rows = (
        np.stack((1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)), axis=-1),
        np.stack((2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)), axis=-1),
        np.stack((2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)), axis=-1),
    )
    return np.stack(rows, axis=-2)


def sixd_from_matrix(m: Array) -> Array:
    """Return the first two columns (..., 6): the continuous form of Zhou et al., arXiv 1812.07035."""
    return np.concatenate((m[..., :, 0], m[..., :, 1]), axis=-1)


def matrix_from_sixd(d: Array) -> Array:
    """Return rotation matrices of (..., 6) numbers by Gram-Schmidt."""
    x = normalized(d[..., :3])
    y = normalized(d[..., 3:6] - np.sum(x * d[..., 3:6], axis=-1, keepdims=True) * x)
    return np.stack((x, y, cross(x, y)), axis=-1)


def euler_to_quat(angles: Array, order: str) -> Array:
    """Return the quaternion of intrinsic Euler angles.

    Args:
        angles: (..., 3) radians, in the sequence of ``order``.
        order: such as ``"ZXY"``: as BVH channels are written, the first letter is applied outermost.
    """
    q = np.zeros((*np.asarray(angles).shape[:-1], 4))
    q[..., 0] = 1.0
    for i, letter in enumerate(order):
        q = quat_mul(q, quat_from_axis_angle(np.eye(3)[_AXES[letter]], angles[..., i]))
    return q


def quat_to_euler(q: Array, order: str) -> Array:
    """Return intrinsic Tait-Bryan angles (..., 3) in radians, in the sequence of ``order`` (three different axes)."""
    i, j, k = (_AXES[letter] for letter in order)
    sign = 1.0 if (j - i) % 3 == 1 else -1.0
    m = matrix_from_quat(q)
    middle = np.arcsin(np.clip(sign * m[..., i, k], -1.0, 1.0))
    locked = np.abs(m[..., i, k]) > 1.0 - 1e-9
    # in gimbal lock the last angle is set to zero and the first takes the whole turn
    first = np.where(
        locked, np.arctan2(sign * m[..., k, j], m[..., j, j]), np.arctan2(-sign * m[..., j, k], m[..., k, k])
    )
    last = np.where(locked, 0.0, np.arctan2(-sign * m[..., i, j], m[..., i, i]))
    return np.stack((first, middle, last), axis=-1)


def slerp(a: Array, b: Array, t: Array | float) -> Array:
    """Interpolate between unit quaternions along the shorter way; ``t`` (...) from 0 to 1."""
    t = np.asarray(t, dtype=np.float64)[..., None]
    dot = np.sum(a * b, axis=-1, keepdims=True)
    b = np.where(dot < 0, -b, b)
    angle = np.arccos(np.clip(np.abs(dot), 0.0, 1.0))
    near = angle < 1e-5
    sine = np.where(near, 1.0, np.sin(angle))
    wa = np.where(near, 1.0 - t, np.sin((1.0 - t) * angle) / sine)
    wb = np.where(near, t, np.sin(t * angle) / sine)
    return normalized(wa * a + wb * b)


def continuous(q: Array) -> Array:
    """Flip signs along the first axis (T, ..., 4) so that neighbouring quaternions lie in the same half space."""
    q = np.array(q, copy=True)
    flips = np.sum(q[1:] * q[:-1], axis=-1) < 0
    sign = np.where(np.cumsum(flips, axis=0) % 2 == 1, -1.0, 1.0)
    q[1:] *= sign[..., None].astype(q.dtype)
    return q


def yaw_of(q: Array) -> Array:
    """Return the heading (...) in radians about +Y: where the rotated +Z axis points on the ground (0 is +Z)."""
    forward = quat_rotate(q, np.broadcast_to(np.array([0.0, 0.0, 1.0]), (*q.shape[:-1], 3)))
    return np.arctan2(forward[..., 0], forward[..., 2])


def yaw_quat(angle: Array | float) -> Array:
    """Return the rotation by an angle in radians about +Y."""
    return quat_from_axis_angle(np.array([0.0, 1.0, 0.0]), angle)
