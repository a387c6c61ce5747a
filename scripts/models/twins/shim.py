"""Lets torchvision be imported beside a CPU build of torch whose operators it does not match: those used here, in Python."""

import torch
_lib = torch.library.Library("torchvision", "DEF")
_lib.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
def _nms(dets, scores, thr):
    order = scores.argsort(descending=True, stable=True); keep=[]
    area=(dets[:,2]-dets[:,0])*(dets[:,3]-dets[:,1])
    alive=torch.ones(len(dets),dtype=torch.bool)
    for i in order.tolist():
        if not alive[i]: continue
        keep.append(i)
        lt=torch.maximum(dets[:,:2],dets[i,:2]); rb=torch.minimum(dets[:,2:],dets[i,2:]); wh=(rb-lt).clamp(min=0); inter=wh[:,0]*wh[:,1]
        iou=inter/(area+area[i]-inter); alive&=~(iou>thr)
    return torch.tensor(keep,dtype=torch.long)
_lib.impl("nms", _nms, "CPU")
for d in ["roi_align(Tensor input, Tensor rois, float spatial_scale, int pooled_height, int pooled_width, int sampling_ratio, bool aligned) -> Tensor"]:
    _lib.define(d)
_lib.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
